/** What is wrong with a value in an object, as the API server would say it had its schema words for it. */
export interface SpecFault {
  /** From the root of the object: "spec.drain.rules[2].pods". */
  readonly field: string;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}
