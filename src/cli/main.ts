import { main } from "./main-world.ts";

await main(process.argv.slice(2));
