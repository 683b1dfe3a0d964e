/** What must hold before a machine is switched off, each a question of its own. */
export type PowerOffCode =
  | "off-out-of-scheduling"
  | "off-kubelet"
  | "off-empty"
  | "off-quiet"
  | "off-departures"
  | "off-volumes"
  | "off-virtual-machines"
  | "off-role";
