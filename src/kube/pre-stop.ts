/** What runs before a container is told to end; the grace period covers both (kubelet, killContainer). */
export interface PreStop {
  /** Stable since 1.34. */
  readonly sleep?: { readonly seconds: number };
  readonly exec?: { readonly command?: readonly string[] };
}

/**
 * Seconds that the preStop hooks of a pod sleep, as far as they say so themselves: `sleep`, or a command that is nothing but a sleep
 * (`["sleep", "15"]`, `["sh", "-c", "sleep 15"]`). Its containers are stopped side by side, so the longest counts.
 * undefined where none says; other hooks may take as long all the same.
 */
export function preStopSleep(containers: readonly { readonly lifecycle?: { readonly preStop?: PreStop } }[]): number | undefined {
  const sleeps = containers.flatMap(({ lifecycle }) => secondsOf(lifecycle?.preStop) ?? []);
  return sleeps.length === 0 ? undefined : Math.max(...sleeps);
}

function secondsOf({ sleep, exec }: PreStop = {}): number | undefined {
  if (sleep !== undefined) return sleep.seconds;
  const [, seconds] =
    /^(?:(?:\/\w+)*\/?(?:ba|da|a)?sh -\w*c )?(?:(?:\/\w+)*\/)?sleep (\d+)s?;?$/.exec(exec?.command?.join(" ") ?? "") ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
