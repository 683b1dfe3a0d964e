// Runs before the project's own TypeScript. Written for old Node versions, so that they can say what is wrong instead of failing on a `.ts` file.
const needed = 26;
const found = process.versions.node;
if (Number(found.split(".")[0]) < needed) {
  console.error(
    `Drydock is developed with Node ${needed}; this is Node ${found}. Run "npm ci": it brings the right one into node_modules.`,
  );
  process.exit(1);
}
