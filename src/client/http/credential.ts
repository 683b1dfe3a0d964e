/** What proves who we are. Never logged, never part of an error. */
export interface Secrets {
  readonly authorization: string | undefined;
  /** PEM. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

export interface TlsMaterial {
  /** PEM; undefined trusts what Node trusts. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string | undefined;
  readonly skipVerify: boolean;
}

export interface Credential {
  readonly secrets: Secrets;
  readonly tls: TlsMaterial;
}
