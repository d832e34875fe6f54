import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { desk, phone } from './browser.ts';

/** Where `npm run screenshots` wants pictures; else none are made. */
const PICTURES = process.env['SCREENSHOTS_DIR'];

const sizes = { wide: desk, narrow: phone };
const schemes = ['light', 'dark'] as const;

interface Finding {
  id: string;
  impact: string | null;
  nodes: string[];
}

/**
 * Looks at a page as it stands, wide and narrow, light and dark: nothing may stick out to the side, and axe may find
 * nothing of weight. Takes the pictures where some are wanted.
 */
export async function inspectPage(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: 'attached' });
      const label = `${name}-${size}-${scheme}`;
      if (PICTURES) await takePicture(page, label);
      // What happens to lie half below a bar that stays in view would be called too small to be hit.
      await page.evaluate('scrollTo(0, 0)');
      const [findings, overflow] = [await findFaults(page), await measureOverflow(page)];
      expect([label, findings]).toEqual([label, []]);
      expect([label, overflow]).toEqual([label, 0]);
    }
  }
  await page.setViewportSize(desk);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** As high as the page is, so that bars which stay in view stand where they belong. */
async function takePicture(page: Page, label: string): Promise<void> {
  const folder = PICTURES ?? '';
  await mkdir(folder, { recursive: true });
  const before = page.viewportSize() ?? desk;
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ ...before, height: Math.max(before.height, Math.min(height, 4_000)) });
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(folder, `${label}.png`), animations: 'disabled' });
  await page.setViewportSize(before);
}

/** What axe calls serious or critical, of WCAG 2.2 AA. Asked from here, since the page's policy lets no text be run. */
async function findFaults(page: Page): Promise<Finding[]> {
  if (!(await page.evaluate<boolean>('typeof axe === "object"'))) await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  return page.evaluate<Finding[]>(`
    axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] }).then(({ violations }) =>
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`);
}

/** How many pixels wider the page is than its window. */
function measureOverflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  );
}
