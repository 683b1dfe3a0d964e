import { tier } from "./test/control-plane/tier.ts";

export default tier("drain");
