/** The components of 03:04:05 on 22 November 2026, as a picture string has them. */
const COMPONENTS: { [component: string]: string } = {
  '[Y]': '2026',
  '[Y0001]': '2026',
  '[M]': '11',
  '[M01]': '11',
  '[D]': '22',
  '[D01]': '22',
  '[H]': '3',
  '[H01]': '03',
  '[m]': '04',
  '[m01]': '04',
  '[s]': '05',
  '[s01]': '05',
};

/** A date as a picture string writes it, where it has no more than numbers of two and four digits. */
export function dateSample(picture: string): string | undefined {
  const sample = picture.replace(/\[[^[\]]*\]/g, (component) => COMPONENTS[component] ?? component);
  return /[[\]]/.test(sample) ? undefined : sample;
}
