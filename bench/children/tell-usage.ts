import { writeFileSync } from 'node:fs';

// Loaded before what is measured: tells at its end what it took.
process.on('exit', () => {
  const file = process.env.BENCH_USAGE;
  if (file) writeFileSync(file, JSON.stringify(process.resourceUsage()));
});
