// Run inside a pod, or what looks like one from within: prints who the API server says we are.
import { connect } from "../../src/client/http/connect.ts";
import { identify } from "../../src/client/http/identity.ts";
import { ownSurroundings } from "../../src/client/http/surroundings.ts";
import { selfSubjectReviews } from "../../src/kube/resource.ts";
import { systemRandom } from "../../src/runtime/random.ts";
import { realClock } from "../../src/runtime/real-clock.ts";

const identity = await identify({}, ownSurroundings(), realClock);
await using api = await connect({ identity, clock: realClock, random: systemRandom, userAgent: "drydock/test (who-am-i)" });
const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
const { object } = await api.create(selfSubjectReviews, body, {}, { signal: new AbortController().signal });
process.stdout.write(JSON.stringify({ server: api.server, namespace: identity.namespace, review: object }));
