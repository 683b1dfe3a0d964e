/**
 * One question of /healthz or /readyz.
 *
 * @returns undefined where all is well, else why not, in words for whoever reads the probe's answer
 */
export interface HealthCheck {
  /** As in the path: /readyz/NAME. */
  readonly name: string;
  look(): string | undefined;
}
