/** Is this what somebody types who agrees? Nothing typed is a no. */
export function isYes(answer: string): boolean {
  return /^\s*y(es)?\s*$/i.test(answer);
}
