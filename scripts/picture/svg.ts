import { Part } from './stack-map';

export interface Theme {
  readonly fill: string;
  readonly line: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
}

export const LIGHT: Theme = { fill: '#f6f8fa', line: '#d0d7de', text: '#1f2328', muted: '#59636e', accent: '#0969da' };
export const DARK: Theme = { fill: '#161b22', line: '#3d444d', text: '#e6edf3', muted: '#9198a1', accent: '#4493f8' };

const CHARACTER = 6.7;
const ROW = 17;
const HEAD = 30;
const PADDING = 12;
const GAP = { column: 60, row: 24, side: 30 };
const COLUMNS = 3;

interface Box {
  readonly part: Part;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Columns of parts, each part to the left of those it uses, or above them. */
export function drawParts(parts: readonly Part[], theme: Theme): string {
  const boxes = placed(parts);
  const width = Math.max(...boxes.map((box) => box.x + box.width)) + 1;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + 1;
  const arrows = boxes.flatMap((from) => boxes.filter((to) => from.part.uses.includes(to.part.id)).map((to) => arrow(from, to, theme)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-size="11" font-family="ui-monospace, SFMono-Regular, Menlo, monospace">`,
    `<title>${escape(parts.map((part) => `${part.id}: ${part.resources.map(({ type }) => type).join(', ')}`).join('; '))}</title>`,
    `<defs><marker id="end" viewBox="0 0 6 6" refX="5.5" refY="3" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L6 3L0 6z" fill="${theme.accent}"/></marker></defs>`,
    ...arrows,
    ...boxes.map((box) => draw(box, theme)),
    '</svg>',
    '',
  ].join('\n');
}

function placed(parts: readonly Part[]): Box[] {
  const ranked = parts.map((part) => ({ part, rank: rank(part, parts, new Set()) })).sort((a, b) => b.rank - a.rank);
  const ranksAColumn = (ranked[0].rank + 1) / COLUMNS;
  let x = GAP.side;
  return Array.from({ length: COLUMNS }, (_, column) => COLUMNS - 1 - column).flatMap((column) => {
    const inColumn = ranked.filter((each) => Math.floor(each.rank / ranksAColumn) === column).map(({ part }) => part);
    const width = Math.max(...inColumn.map(widthOf));
    let y = 1;
    const boxes = inColumn.map((part) => {
      const box = { part, x, y, width, height: HEAD + part.resources.length * ROW + PADDING };
      y += box.height + GAP.row;
      return box;
    });
    x += width + GAP.column;
    return boxes;
  });
}

/** How many parts one uses in a chain; a part that is used by what it uses counts no further. */
function rank(part: Part, parts: readonly Part[], above: ReadonlySet<string>): number {
  const below = parts.filter(({ id, uses }) => part.uses.includes(id) && !above.has(id) && !(uses.includes(part.id) && id < part.id));
  return Math.max(0, ...below.map((used) => 1 + rank(used, parts, new Set([...above, part.id]))));
}

function widthOf(part: Part): number {
  const texts = [titleOf(part), ...part.resources.map(rowOf)];
  return Math.ceil(Math.max(...texts.map((text) => text.length)) * CHARACTER) + 2 * PADDING;
}

function titleOf({ id, kind, isShared }: Part): string {
  return isShared ? `${kind}, once a stack` : kind === id ? id : `${id}: ${kind}`;
}

function rowOf({ name, type }: Part['resources'][number]): string {
  return name === '' ? type : `${type}  ${name}`;
}

function draw({ part, x, y, width, height }: Box, theme: Theme): string {
  const rows = part.resources.map((resource, index) => {
    const top = y + HEAD + 12 + index * ROW;
    const name = resource.name === '' ? '' : ` <tspan dx="6" fill="${theme.muted}">${escape(resource.name)}</tspan>`;
    return `<text x="${x + PADDING}" y="${top}" fill="${theme.text}">${escape(resource.type)}${name}</text>`;
  });
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${theme.fill}" stroke="${theme.line}"${part.isShared ? ' stroke-dasharray="4 3"' : ''}/>`,
    `<text x="${x + PADDING}" y="${y + 20}" fill="${theme.text}" font-weight="bold">${escape(titleOf(part))}</text>`,
    ...rows,
  ].join('\n');
}

/** Between columns from side to side, within a column around the left side. */
function arrow(from: Box, to: Box, theme: Theme): string {
  const [y1, y2] = [from.y + HEAD / 2, to.y + HEAD / 2];
  const [x1, x2, bend1, bend2] = from.x === to.x
    ? [from.x, to.x, -GAP.side, -GAP.side]
    : from.x < to.x ? [from.x + from.width, to.x, GAP.column / 2, -GAP.column / 2] : [from.x, to.x + to.width, -GAP.column / 2, GAP.column / 2];
  return `<path d="M${x1} ${y1}C${x1 + bend1} ${y1} ${x2 + bend2} ${y2} ${x2} ${y2}" fill="none" stroke="${theme.accent}" stroke-opacity="0.6" marker-end="url(#end)"/>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
