#!/usr/bin/env node
// Starts the program of the platform package that npm installed beside this one, and ends as it ends.
'use strict';

const { spawnSync } = require('node:child_process');
const { constants } = require('node:os');

const name = `rolewright-${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/rolewright${process.platform === 'win32' ? '.exe' : ''}`);
} catch {
  console.error(
    `error: the package \`${name}\` is not installed. Either there is no rolewright for this platform, or npm was told to leave ` +
      'out optional dependencies: install without `--omit=optional`, or see the README for other ways.',
  );
  process.exit(1);
}
const ended = spawnSync(program, process.argv.slice(2), { stdio: 'inherit' });
if (ended.error) {
  console.error(`error: ${program}: ${ended.error.message}`);
  process.exit(1);
}
process.exit(ended.signal ? 128 + constants.signals[ended.signal] : ended.status);
