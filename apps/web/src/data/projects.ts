import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CreateProjectLink } from '@veogate/shared/contracts/projects';
import { answerOf, api } from '../api/client.ts';
import type { Project, ProjectRole } from '../api/types.ts';
import { cleared } from './clearance.ts';
import { generationKeys } from './generation-cache.ts';

const projectsKey = ['projects'];
const PAGE = 100;

/** All projects of this person. */
export function useProjects() {
  return useQuery({ queryKey: projectsKey, queryFn: readAll });
}

async function readAll(): Promise<Project[]> {
  const projects: Project[] = [];
  for (let after: string | undefined; ; ) {
    const query = { limit: PAGE, ...(after !== undefined && { after }) };
    const { data, next } = await answerOf(api.GET('/v1/projects', { params: { query } }));
    projects.push(...data);
    if (next === null) return projects;
    after = next;
  }
}

/** Whether somebody may begin and change generations in it. */
export function canEdit({ role }: Project): boolean {
  return role !== 'viewer';
}

/** Whether somebody may change what is in a project. What is not known yet is taken for theirs: the service decides. */
export function useMayChange(projectId: string): boolean {
  const { data: projects = [] } = useProjects();
  const project = projects.find(({ id }) => id === projectId);
  return project === undefined || canEdit(project);
}

export function useProject(id: string) {
  return useQuery({
    queryKey: [...projectsKey, id],
    queryFn: () => answerOf(api.GET('/v1/projects/{id}', { params: { path: { id } } })),
  });
}

/** Changes something of projects, and reads all of them again. */
function useChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    // Not waited for: what changed it may go with the new list, and has something to say before.
    onSettled: () => void client.invalidateQueries({ queryKey: projectsKey }),
  });
}

export const useCreateProject = () =>
  useChange((name: string) => cleared(() => answerOf(api.POST('/v1/projects', { body: { name } }))));

export const useRenameProject = (id: string) =>
  useChange((name: string) =>
    answerOf(api.PATCH('/v1/projects/{id}', { params: { path: { id } }, body: { name } })),
  );

/** Its generations move to the personal projects of those who made them. */
export function useDeleteProject(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answerOf(api.DELETE('/v1/projects/{id}', { params: { path: { id } } })),
    onSuccess: () => forgetProject(client, id),
  });
}

export function useMembers(id: string) {
  return useQuery({
    queryKey: [...projectsKey, id, 'members'],
    queryFn: async () =>
      (await answerOf(api.GET('/v1/projects/{id}/members', { params: { path: { id } } }))).data,
    staleTime: 0,
  });
}

export const useChangeMember = (id: string) =>
  useChange(({ userId, role }: { userId: string; role: ProjectRole }) =>
    answerOf(
      api.PATCH('/v1/projects/{id}/members/{user_id}', {
        params: { path: { id, user_id: userId } },
        body: { role },
      }),
    ),
  );

export const useRemoveMember = (id: string) =>
  useChange((userId: string) => answerOf(removeMember(id, userId)));

/** Takes oneself out of a project. */
export function useLeaveProject(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) => answerOf(removeMember(id, userId)),
    onSuccess: () => forgetProject(client, id),
  });
}

function removeMember(id: string, userId: string) {
  return api.DELETE('/v1/projects/{id}/members/{user_id}', { params: { path: { id, user_id: userId } } });
}

/** Links into a project that nobody used yet; only its owner sees them. */
export function useProjectLinks(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [...projectsKey, id, 'links'],
    queryFn: async () =>
      (await answerOf(api.GET('/v1/projects/{id}/links', { params: { path: { id } } }))).data,
    enabled,
    staleTime: 0,
  });
}

export const useCreateLink = (id: string) =>
  useChange((body: CreateProjectLink) =>
    cleared(() => answerOf(api.POST('/v1/projects/{id}/links', { params: { path: { id } }, body }))),
  );

export const useRevokeLink = (id: string) =>
  useChange((linkId: string) =>
    answerOf(api.DELETE('/v1/projects/{id}/links/{link_id}', { params: { path: { id, link_id: linkId } } })),
  );

function forgetProject(client: QueryClient, id: string): void {
  client.setQueryData<Project[]>(projectsKey, (known) => known?.filter((other) => other.id !== id));
  void client.invalidateQueries({ queryKey: projectsKey, exact: true });
  // What was seen in it is not to be seen there any more.
  void client.invalidateQueries({ queryKey: generationKeys.all });
}
