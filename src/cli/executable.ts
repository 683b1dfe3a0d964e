import { main } from "./main-world.ts";
import { calledForCompletion } from "./program-name.ts";

// A single executable has no second file for completion: a link of that name is how kubectl finds it.
const [, called = "", ...words] = process.argv;
void main(calledForCompletion(called) ? ["__complete", ...words] : words);
