/** Rows as they are read, for those who show them: types alone, so that nobody needs to know who generated them. */
export type {
  AccessToken,
  Identity,
  Invitation,
  ProjectRole,
  Role,
  Session,
  SignInFlow,
  User,
  WebhookDelivery,
  WebhookEndpoint,
} from './generated/client.ts';
