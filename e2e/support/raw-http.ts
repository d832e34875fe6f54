import type { RequestOptions, request as requestTls } from 'node:https';

/** An answer as it came, past what `fetch` hides: headers that come twice, other names for an address. */
export interface Reply {
  status: number;
  /** Each header as it was sent, also one that came twice. */
  sent: [name: string, value: string][];
  header(name: string): string | undefined;
  text: string;
  json: Record<string, unknown>;
}

/** Sends one request, with `request` of node:http or node:https. */
export function send(
  request: typeof requestTls,
  options: RequestOptions,
  body?: string | Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('latin1');
        const { rawHeaders } = response;
        const sent = rawHeaders.flatMap((name, index): Reply['sent'] =>
          index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [],
        );
        resolve({
          status: response.statusCode ?? 0,
          sent,
          header: (name) => sent.find(([each]) => each === name)?.[1],
          text,
          json: text.startsWith('{') ? JSON.parse(text) : {},
        });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
