export type FlagType =
  | "bool"
  | "text"
  /** May be given several times; each occurrence is one value. */
  | "texts"
  /** May be given several times; each occurrence holds values separated by commas. */
  | "list"
  | "int"
  /** Go's time.ParseDuration. */
  | "duration"
  /** Whole seconds or a Go duration. */
  | "request-timeout";

export type Completion = "nodes" | "namespaces" | "contexts" | "clusters" | "users" | "files" | "values" | "nothing";

export interface Flag {
  readonly type: FlagType;
  readonly short?: string;
  /** pflag's NoOptDefVal: the value when the flag stands without one. Such a flag never takes the next word. */
  readonly bare?: string;
  /** Said once when the flag is used bare. */
  readonly bareNote?: string;
  /** The default, as help shows it. */
  readonly initial?: string;
  /** The word for the value in help. */
  readonly word?: string;
  readonly values?: readonly string[];
  /** Spellings that kubectl has dropped; accepted with a note to stderr. */
  readonly old?: readonly string[];
  /** Accepted because scripts pass it; it has no effect here. */
  readonly ignored?: true;
  readonly help: string;
  readonly completes?: Completion;
}

/** A switch: given, or not. It never takes the next word (pflag). */
export const bool = { type: "bool", bare: "true" } as const;
