// The build injects these: each export takes the place of the global of its name. Always ours, so that what runs is the same on every Node.
export { AsyncStack as AsyncDisposableStack, SyncStack as DisposableStack } from "./disposable-stacks.ts";
