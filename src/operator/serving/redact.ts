// What must never stand in a log line, whoever put it into a message, an error or a field.

const mask = "[redacted]";

/** Names of fields whose value is a secret in itself. */
const secretField =
  /^(authorization|proxy-authorization|cookie|set-cookie|password|passwd|secret|token|.*[-_.]token|.*Token|apiKey|api-key|private-?key|tls\.key|ca\.key|client-key-data|client-certificate-data|stringData)$/i;

// Repetitions before what tells are bounded: whoever has a long text logged is not to keep the process busy by it.
const inText: readonly (readonly [pattern: RegExp, instead: string])[] = [
  // Keys and certificates, also where newlines are written as \n.
  [/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?(?:-----END \1-----|$)/g, `-----BEGIN $1----- ${mask}`],
  [/\b(Bearer|Basic|Negotiate)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${mask}`],
  // JSON Web Tokens: those of service accounts and of OIDC.
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, mask],
  [/\b(token|password|passwd|access_token|id_token|refresh_token|client_secret)=[^\s&"']+/gi, `$1=${mask}`],
  [/\b(password|passwd|client[_-]secret|secret[_-]key|api[_-]?key)(\s*:\s*)[^\s"',;]+/gi, `$1$2${mask}`],
  // JSON within a text.
  [
    /(\\{0,4}["'])(token|password|passwd|secret|authorization|private_key|[a-z_]{0,30}(?:access|id|refresh|client)[_-]?(?:token|secret))\1\s*:\s*\1[^"'\\\n]+/gi,
    `$1$2$1: $1${mask}`,
  ],
  // Headers; what follows a scheme is masked above.
  [/\b((?:proxy-)?authorization|(?:set-)?cookie)(\s*[:=]\s*)(?!Bearer|Basic|Negotiate)[^\s"'][^\r\n"']*/gi, `$1$2${mask}`],
  // kubeadm's tokens (bootstraputil.BootstrapTokenPattern).
  [/(?<![\w.-])[a-z0-9]{6}\.(?=[a-z]*[0-9])[a-z0-9]{16}(?![\w.-])/g, mask],
  // PEM in base64, as kubeconfigs, Secrets and caBundles have it.
  [/\bLS0tLS1CRUdJT[A-Za-z0-9+/]{8,}={0,2}/g, mask],
  // User and password in a URL: of a proxy above all.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:]+:[^\s/@]+@/gi, `$1${mask}@`],
];

export function isSecretField(name: string): boolean {
  return secretField.test(name);
}

export function redact(text: string): string {
  return inText.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}

export const redacted: string = mask;
