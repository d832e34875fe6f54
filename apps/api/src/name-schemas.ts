import type { SwaggerTransformObject } from '@fastify/swagger';
import { CreateToken, Me, Session, Token } from '@veogate/shared/contracts/account';
import { AdminUser, AdminUserPage, SafetyReport } from '@veogate/shared/contracts/admin';
import { Money, Problem } from '@veogate/shared/contracts/common';
import {
  CreateGeneration,
  Estimate,
  EstimateRequest,
  Generation,
  GenerationPage,
  Output,
} from '@veogate/shared/contracts/generations';
import { Invitation, InvitationPage, InvitationPreview } from '@veogate/shared/contracts/invitations';
import { AddKey, Key, KeyPage } from '@veogate/shared/contracts/keys';
import { Meta, Model, ModelList, Readiness } from '@veogate/shared/contracts/meta';
import { Member, OpenProjectLink, Project, ProjectPage } from '@veogate/shared/contracts/projects';
import { Upload } from '@veogate/shared/contracts/uploads';
import { Delivery, Webhook } from '@veogate/shared/contracts/webhooks';

/** The shapes that clients have a word for. */
export const namedSchemas = {
  AddKey,
  AdminUser,
  AdminUserPage,
  CreateGeneration,
  CreateToken,
  Delivery,
  Estimate,
  EstimateRequest,
  Generation,
  GenerationPage,
  Invitation,
  InvitationPage,
  InvitationPreview,
  Key,
  KeyPage,
  Me,
  Member,
  Meta,
  Model,
  ModelList,
  Money,
  OpenProjectLink,
  Output,
  Problem,
  Project,
  ProjectPage,
  Readiness,
  Session,
  Token,
  SafetyReport,
  Upload,
  Webhook,
};

/**
 * Puts a reference wherever a named schema stands in full. The routes hold the schemas themselves, which Ajv and the
 * types need; written out each time, the description would be several times as long, and without names.
 */
export const nameSchemas: SwaggerTransformObject = (document) => {
  if (!('openapiObject' in document)) return document.swaggerObject;
  const { openapiObject } = document;
  const schemas = openapiObject.components?.schemas ?? {};
  const names = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(schema), name]));

  const toReferences = (value: unknown): unknown => {
    const name = typeof value === 'object' ? names.get(JSON.stringify(value)) : undefined;
    return name ? { $ref: `#/components/schemas/${name}` } : inside(value);
  };
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(toReferences);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toReferences(part)]));
  };

  const named = Object.entries(schemas).map(([name, schema]) => [name, inside(schema)]);
  // Still the same description: only schemas were replaced, by references to the same.
  return {
    ...openapiObject,
    paths: toReferences(openapiObject.paths),
    components: { ...openapiObject.components, schemas: Object.fromEntries(named) },
  } as typeof openapiObject;
};
