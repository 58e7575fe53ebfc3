// Installs the packages that <folder>/package-lock.json pins into <folder>/node_modules.
// They are unpacked in a scratch folder and moved into place by renaming, so that builds running side by side never see half of them:
// whoever renames first has won, and the others find the same files.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [folder, scratchRoot] = process.argv.slice(2);
const scratch = join(scratchRoot, `npm-${process.pid}`);
const installed = join(folder, 'node_modules');
const lock = 'package-lock.json';
const isInstalled = () =>
  existsSync(join(installed, lock)) && readFileSync(join(installed, lock)).equals(readFileSync(join(folder, lock)));

mkdirSync(scratch, { recursive: true });
try {
  for (const file of ['package.json', lock, '.npmrc']) copyFileSync(join(folder, file), join(scratch, file));
  const npm = spawnSync('npm', ['ci', '--prefer-offline', '--no-progress', '--loglevel=error'], {
    cwd: scratch,
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (npm.status !== 0) throw new Error(`"npm ci" ended with ${npm.status ?? npm.error} for ${join(folder, lock)}`);
  copyFileSync(join(folder, lock), join(scratch, 'node_modules', lock));

  if (!isInstalled()) {
    if (existsSync(installed)) renameSync(installed, join(scratch, 'outdated'));
    renameSync(join(scratch, 'node_modules'), installed);
  }
} catch (error) {
  if (!isInstalled()) {
    console.error(`error : ${error.message}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
