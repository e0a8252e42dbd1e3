import { createContext, useContext } from 'react'

/** What a colour stands for. Each is doubled by a word or a sign, so that nothing is lost without colours. */
export type Tone = 'plain' | 'accent' | 'good' | 'warn' | 'bad' | 'dim'

export interface Glyphs {
  pointer: string
  chosen: string
  open: string
  ellipsis: string
  arrow: string
}

const unicode: Glyphs = { pointer: '›', chosen: '●', open: '○', ellipsis: '…', arrow: '›' }
const ascii: Glyphs = { pointer: '>', chosen: '(*)', open: '( )', ellipsis: '...', arrow: '>' }

export interface Theme {
  colour: boolean
  glyphs: Glyphs
}

/**
 * Colours unless NO_COLOR is set to anything (no-color.org); ASCII signs where others are known to be missing: dumb
 * terminals, the Linux console, locales without UTF-8, or MLFLOW_SETUP_ASCII=1.
 */
export function themeFor(env: Readonly<Record<string, string | undefined>>): Theme {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  const isPlainLocale = locale !== '' && /^(C|POSIX)$/.test(locale)
  const isAscii = env.MLFLOW_SETUP_ASCII === '1' || env.TERM === 'dumb' || env.TERM === 'linux' || isPlainLocale
  return { colour: !env.NO_COLOR && env.TERM !== 'dumb', glyphs: isAscii ? ascii : unicode }
}

/** Ink's names of the colours. */
export const colours: Partial<Record<Tone, string>> = { accent: 'cyan', good: 'green', warn: 'yellow', bad: 'red' }

export const ThemeContext = createContext<Theme>({ colour: false, glyphs: unicode })
export const useTheme = () => useContext(ThemeContext)
