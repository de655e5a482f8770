import type { Story, StoryTable } from './story';

export interface Theme {
  readonly panel: string;
  readonly fill: string;
  readonly line: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
}

export const LIGHT: Theme = { panel: '#f6f8fa', fill: '#ffffff', line: '#d0d7de', text: '#1f2328', muted: '#59636e', accent: '#0969da' };
export const DARK: Theme = { panel: '#161b22', fill: '#0d1117', line: '#3d444d', text: '#e6edf3', muted: '#9198a1', accent: '#4493f8' };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly title: string;
  readonly lines: readonly string[];
  readonly height?: number;
}

const WIDTH = 800;
const SIDE = 236;
const LEFT = 20;
const RIGHT = WIDTH - LEFT - SIDE;
const MIDDLE = { x: 310, width: 180 };
const LINE = 18;
const GAP = 28;
const TOP = 52;

const heightOf = ({ lines, height }: Box) => height ?? 28 + lines.length * LINE + (lines.length > 0 ? 4 : 0);
const bottomOf = (box: Box) => box.y + heightOf(box);
const centreOf = (box: Box) => box.y + heightOf(box) / 2;

/** The flow from two tables to results: the owner to the left, the runner to the right, what they share between them. */
export function drawStory(story: Story, theme: Theme): string {
  const [left, right] = [story.owner, story.runner].map((account) => story.tables.find((table) => table.account === account));
  if (left === undefined || right === undefined) throw new Error('each party of the story needs a table');
  const theirs = tableColumn(left, LEFT + 12);
  const ours = tableColumn(right, RIGHT + 12);
  const below = (box: Box, title: string, lines: readonly string[]): Box => ({ ...box, y: bottomOf(box) + GAP, title, lines });
  const schedule = below(ours.table, 'schedule', [story.schedule]);
  const run = below(schedule, 'run', ['once for each scheduled time']);
  const results = below(run, 'results bucket', [story.results]);
  const query: Box = {
    ...MIDDLE,
    y: theirs.table.y,
    title: 'the agreed query',
    lines: [`over ${left.name}`, `and ${right.name}`, ...story.parameters.map((name) => `for one ${name}`)],
    height: bottomOf(run) - theirs.table.y,
  };
  const height = bottomOf(results) + 24;
  const panel = (x: number, name: string, bottom: number) => `<rect x="${x}" y="12" width="${SIDE}" height="${bottom}" rx="8" fill="${theme.panel}" stroke="${theme.line}"/>`
    + text(x + 12, 36, name, theme.text, 'font-weight="600" font-size="15"');
  const frame = `<rect x="${MIDDLE.x - 20}" y="12" width="${MIDDLE.width + 40}" height="${bottomOf(query)}" rx="8" fill="none" stroke="${theme.line}" stroke-dasharray="5 4"/>`
    + text(MIDDLE.x - 8, 36, `collaboration “${story.collaboration}”`, theme.muted);
  const across = (from: Box, toX: number) => arrow(`M${toX > from.x ? from.x + from.width : from.x} ${centreOf(from)}H${toX}`, theme);
  const down = (from: Box, to: Box) => arrow(`M${from.x + from.width / 2} ${bottomOf(from)}V${to.y}`, theme);
  const description = `${story.owner} shares ${left.name} with ${story.runner}; ${story.schedule}, the agreed query runs over ${left.name} and ${right.name}, and its results go to ${story.results}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-size="13" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif">`,
    `<title>${escape(description)}</title>`,
    `<defs><marker id="end" viewBox="0 0 6 6" refX="5.5" refY="3" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L6 3L0 6z" fill="${theme.accent}"/></marker></defs>`,
    panel(LEFT, story.owner, bottomOf(theirs.table)), panel(RIGHT, story.runner, bottomOf(results)), frame,
    ...[theirs.data, theirs.table, ours.data, ours.table, schedule, run, results, query].map((box) => draw(box, theme)),
    down(theirs.data, theirs.table), down(ours.data, ours.table), down(schedule, run),
    across(theirs.table, query.x), across(ours.table, query.x + query.width), across(run, query.x + query.width),
    arrow(`M${query.x + query.width / 2} ${bottomOf(query)}V${centreOf(results)}H${results.x}`, theme),
    '</svg>',
    '',
  ].join('\n');
}

function tableColumn(table: StoryTable, x: number): { readonly data: Box; readonly table: Box } {
  const data: Box = { x, y: TOP, width: SIDE - 24, title: 'data bucket', lines: [table.folder] };
  return { data, table: { x, y: bottomOf(data) + GAP, width: SIDE - 24, title: `table “${table.name}”`, lines: table.rule } };
}

function draw(box: Box, theme: Theme): string {
  return `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${heightOf(box)}" rx="6" fill="${theme.fill}" stroke="${theme.line}"/>`
    + text(box.x + 10, box.y + 20, box.title, theme.text, 'font-weight="600"')
    + box.lines.map((line, index) => text(box.x + 10, box.y + 38 + index * LINE, line, theme.muted)).join('');
}

function arrow(path: string, theme: Theme): string {
  return `<path d="${path}" fill="none" stroke="${theme.accent}" stroke-width="1.5" marker-end="url(#end)"/>`;
}

function text(x: number, y: number, content: string, fill: string, more = ''): string {
  return `<text x="${x}" y="${y}" fill="${fill}"${more === '' ? '' : ` ${more}`}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
