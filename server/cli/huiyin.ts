#!/usr/bin/env node
/** The administrator's command line: npm run huiyin -- <command>. */
import { runCommandLine } from './command-line.ts'

process.exitCode = await runCommandLine(process.argv.slice(2))
