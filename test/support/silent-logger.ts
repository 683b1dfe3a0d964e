import type { Logger } from "../../src/operator/serving/logger.ts";

/** Nobody reads it. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  named: () => silentLogger,
  with: () => silentLogger,
};
