/** Thrown for a request that a provider refuses: carries what goes on the wire. */
export class WireError extends Error {
  override name = 'WireError';
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
