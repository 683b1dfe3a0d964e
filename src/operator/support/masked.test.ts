import { describe, expect, test } from "vitest";
import { redactLog } from "./masked.ts";

const key = ["-----BEGIN EC PRIVATE KEY-----", "MHcCAQEEIHunter2Hunter2Hunter2Hunter2", "-----END EC PRIVATE KEY-----"];
const certificate = Buffer.from("-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n").toString("base64");
const webToken = ["eyJhbGciOiJSUzI1NiJ9", "eyJodW50ZXIyIjoiaHVudGVyMiJ9", "aHVudGVyMi1odW50ZXIy"].join(".");

describe("a log gives away no credential", () => {
  test.each([
    ["a bearer token", "GET /api Authorization: Bearer hunter2-hunter2"],
    ["a header with a scheme of its own", "GET /api authorization: hunter2 and more"],
    ["a cookie", "set-cookie: session=hunter2"],
    ["a token of a service account", `failed: ${webToken}`],
    ["a bootstrap token", "kubeadm join --token hunter.2hunter2hunter22"],
    ["a password in a URL", "dial http://jane:hunter2@proxy:3128"],
    ["a password in a query", "GET /?password=hunter2&x=1"],
    ["a password after a colon", "password: hunter2"],
    ["a key of several lines", key.join("\n")],
    ["a certificate in base64", `caBundle ${certificate}`],
    ["a field of a JSON line", JSON.stringify({ msg: "m", deep: { token: "hunter2" } })],
    ["an object under such a name", JSON.stringify({ msg: "m", secret: { value: "hunter2" } })],
    ["JSON within a JSON line", JSON.stringify({ msg: 'answered {"access_token":"hunter2"}' })],
    ["JSON within a line", 'answered {"client_secret": "hunter2"}'],
    ["a key within a JSON line", JSON.stringify({ msg: key.join("\n") })],
    ["the end of a key whose beginning is cut off", `${key.slice(1).join("\n")}\nthen words`],
  ])("%s", (_, line) => {
    const text = redactLog(`before\n${line}\n`.replace(/^before\n(?=MHc)/, ""));
    expect(text).toContain("[redacted]");
    expect(text.toLowerCase()).not.toMatch(/hunter\.?2/);
    expect(text).not.toContain(certificate.slice(0, 40));
    expect(text).not.toContain(webToken.slice(0, 30));
  });
});

test("what is no credential is kept to the letter, in its order", () => {
  const text = [
    '{"time":"2026-01-02T15:04:05.123000Z","level":"info","msg":"node worker01.internalnetworks.example is out"}',
    "plain words: token expired, password not asked for",
    "    at file:///app/drydock.js:1:2",
    '{"level":"warn","msg":"authorization of nodes: 3 of 4","n":3}',
    "",
  ].join("\n");
  expect(redactLog(text)).toBe(text);
});

test("a word that begins a certificate hides no line of JSON after it", () => {
  const text = ["panic: no -----BEGIN CERTIFICATE----- in it", '{"msg":"goes on"}', ""].join("\n");
  expect(redactLog(text)).toContain('{"msg":"goes on"}');
});

test.each([
  ["dots", "a.".repeat(100_000)],
  ["quotes", '"a'.repeat(100_000)],
  ["backslashes", "\\".repeat(200_000)],
])("a long text of %s is read once, not anew from every sign of it, and kept", (_, text) => {
  expect(redactLog(text)).toBe(text);
});
