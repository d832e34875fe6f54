import type { components } from './generated/schema.d.ts';

type Schemas = components['schemas'];

export type Meta = Schemas['Meta'];
export type Model = Schemas['Model'];
export type KindRules = Model['kinds'][number];
export type Kind = KindRules['kind'];
export type ProviderId = Model['provider'];
export type Money = Schemas['Money'];
export type Key = Schemas['Key'];
export type KeyState = Key['state'];
export type NewKey = Schemas['AddKey'];
export type Generation = Schemas['Generation'];
export type GenerationStatus = Generation['status'];
export type GenerationPage = Schemas['GenerationPage'];
export type Output = Schemas['Output'];
export type NewGeneration = Schemas['CreateGeneration'];
export type { Identity, Me, Token } from '@veogate/shared/contracts/account';
export type { AdminUser, SafetyReport } from '@veogate/shared/contracts/admin';
export type { AdminBudget, Budget, BudgetAhead } from '@veogate/shared/contracts/budgets';
export type { Estimate, EstimateRequest } from '@veogate/shared/contracts/generations';
export type { CreateInvitation, Invitation, InvitationPreview } from '@veogate/shared/contracts/invitations';
export type { Member, Project } from '@veogate/shared/contracts/projects';
export type { Delivery, Webhook } from '@veogate/shared/contracts/webhooks';
export type ProjectRole = Schemas['Project']['role'];
export type {
  AdminGeneration,
  Overview,
  QueueReport,
} from '@veogate/shared/contracts/admin-generations';
export type { AuditEntry } from '@veogate/shared/contracts/audit';
export type { Checklist, ChecklistRun } from '@veogate/shared/contracts/checklist';
export type { FlagRule, Incident, Replay, WholeIncident } from '@veogate/shared/contracts/incidents';
export type { ServiceMode } from '@veogate/shared/contracts/mode';
export type { Usage } from '@veogate/shared/contracts/usage';
