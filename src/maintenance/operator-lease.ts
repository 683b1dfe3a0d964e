/** The leader lease of our operator, in whatever namespace it was installed. */
export const operatorLease = "drydock-operator";
