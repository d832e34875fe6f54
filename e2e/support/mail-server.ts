import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { waitFor } from './wait-for.ts';

export interface ReceivedMail {
  to: string[];
  from: string;
  subject: string;
  text: string;
  id: string;
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;

/** A mail server on loopback, which keeps what it takes. */
export async function startMailServer() {
  const mails: ReceivedMail[] = [];
  const refusals: number[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, { envelope }, done) {
      const parsed = simpleParser(stream);
      parsed.then(
        (mail) => {
          const responseCode = refusals.shift();
          if (responseCode) return done(Object.assign(new Error('not now'), { responseCode }));
          mails.push(
            toReceived(
              mail,
              envelope.rcptTo.map(({ address }) => address),
            ),
          );
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;

  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    /** What the next mails are answered with, one each; after that all are taken. */
    refuse: (...codes: number[]) => void refusals.push(...codes),
    /** The first mail that fits, among those that came and those that will. */
    next: (what: string, fits: (mail: ReceivedMail) => boolean) => waitFor(what, () => mails.find(fits)),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

function toReceived(
  { from, subject = '', text = '', messageId = '' }: ParsedMail,
  to: string[],
): ReceivedMail {
  return { to, from: from?.text ?? '', subject, text, id: messageId };
}
