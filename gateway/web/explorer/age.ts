/** Says in words how old a source's last reading is. */

const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const steps = [
  { unit: "day", seconds: 86_400, from: 172_800 },
  { unit: "hour", seconds: 3_600, from: 7_200 },
  { unit: "minute", seconds: 60, from: 60 },
] as const;

/** "read 3 minutes ago": whole units, rounded down, so that nothing looks older than it is. */
export function age(seconds: number): string {
  const step = steps.find(({ from }) => seconds >= from);
  return step ? `read ${words.format(-Math.floor(seconds / step.seconds), step.unit)}` : "read just now";
}
