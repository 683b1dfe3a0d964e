import { main } from "./main-world.ts";

// kubectl runs `kubectl_complete-drydock WORDS…` when it completes `kubectl drydock WORDS…`.
await main(["__complete", ...process.argv.slice(2)]);
