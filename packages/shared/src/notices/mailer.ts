import nodemailer from 'nodemailer';

export interface Mail {
  to: readonly string[];
  subject: string;
  /** Plain text. */
  text: string;
  /** The same for every attempt, so that a mail which arrives twice is seen to be one. */
  id: string;
}

export type Mailer = ReturnType<typeof createMailer>;

/**
 * Sends mails by an SMTP server. Nothing is connected before the first mail.
 *
 * @param options.url such as `smtps://user:password@mail.example`
 * @param options.from who they come from, such as `Veogate <veogate@mail.example>`
 * @param options.timeoutMs for each step of the exchange
 */
export function createMailer({ url, from, timeoutMs }: { url: string; from: string; timeoutMs: number }) {
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A mail is what is written here; nothing in it is fetched from anywhere.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = new URL(url).hostname;
  return {
    /** Rejects where the server did not take it. */
    async send({ to, subject, text, id }: Mail): Promise<void> {
      await transport.sendMail({ from, to: [...to], subject, text, messageId: `<${id}@${host}>` });
    },
    close: (): void => transport.close(),
  };
}

/**
 * Who mails come from where nothing else is set: an address at the service's own name.
 *
 * @param publicUrl what people type
 */
export function usualSender(publicUrl: string | undefined): string {
  const host = publicUrl ? new URL(publicUrl).hostname : 'localhost';
  return `Veogate <veogate@${host}>`;
}
