import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { toProblem } from '../../api/problem.ts';
import { useProject } from '../../data/projects.ts';
import { projectsText as t } from '../../strings/en/projects.ts';
import { t as shell } from '../../strings/en.ts';
import { LinkButton } from '../../ui/app-link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { Pending } from '../../ui/rows.tsx';
import { ProjectBudget } from './budget.tsx';
import { DeleteProject, RenameProject } from './own-project.tsx';
import { People } from './people.tsx';
import styles from './projects.module.css';
import { ShareLinks } from './share-links.tsx';

const route = getRouteApi('/signed-in/projects/$id');

/** One project: who is in it, and how others come into it. */
export function ProjectPage() {
  const { id } = route.useParams();
  const { data: project, error, refetch } = useProject(id);
  if (error && toProblem(error).status === 404) {
    return (
      <EmptyState isPage title={t.gone} text={t.goneText}>
        <LinkButton to="/projects">{t.all}</LinkButton>
      </EmptyState>
    );
  }
  if (!project) return <Pending error={error} onRetry={() => void refetch()} />;
  const isOwned = project.kind === 'shared' && project.role === 'owner';
  return (
    <>
      <Link to="/projects" className={styles.back}>
        <ArrowLeft size={16} aria-hidden /> {t.all}
      </Link>
      <Page
        documentTitle={shell.app.titles.projects}
        title={project.name}
        aside={
          <LinkButton to="/gallery" search={{ project: id }}>
            {t.toGallery}
          </LinkButton>
        }
      >
        <People project={project} />
        {project.kind === 'shared' && <ProjectBudget project={project} />}
        {isOwned && <ShareLinks id={id} />}
        {(isOwned || project.kind === 'personal') && <RenameProject project={project} />}
        {isOwned && <DeleteProject project={project} />}
      </Page>
    </>
  );
}
