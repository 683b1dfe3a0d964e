import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { InvariantError } from "../../../runtime/errors.ts";
import { type Metric, type MetricName, metricTable } from "../metric-table.ts";

type NamesOf<T extends Metric["type"]> = { [N in MetricName]: (typeof metricTable)[N]["type"] extends T ? N : never }[MetricName];

/** Every metric of the table in one registry of prom-client, which is this one's alone. */
export class Metered {
  readonly registry = new Registry();
  readonly #metrics = new Map<string, Counter | Gauge | Histogram>();
  /** Run before each scrape: for what is worked out when somebody asks. */
  readonly beforeScrape: (() => void)[] = [];

  constructor() {
    for (const [name, metric] of Object.entries<Metric>(metricTable)) {
      const { type, help, labels, buckets } = metric;
      const options = { name, help, labelNames: [...labels], registers: [this.registry] };
      const made =
        type === "counter"
          ? new Counter(options)
          : type === "gauge"
            ? new Gauge(options)
            : new Histogram({ ...options, ...(buckets === undefined ? {} : { buckets: [...buckets] }) });
      this.#metrics.set(name, made);
    }
  }

  counter(name: NamesOf<"counter">): Counter {
    return this.#of(name, Counter);
  }

  gauge(name: NamesOf<"gauge">): Gauge {
    return this.#of(name, Gauge);
  }

  histogram(name: NamesOf<"histogram">): Histogram {
    return this.#of(name, Histogram);
  }

  async text(): Promise<{ readonly contentType: string; readonly text: string }> {
    for (const look of this.beforeScrape) look();
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }

  #of<T>(name: string, type: abstract new (...args: never[]) => T): T {
    const metric = this.#metrics.get(name);
    if (metric instanceof type) return metric;
    throw new InvariantError(`${name} is no ${type.name}`);
  }
}
