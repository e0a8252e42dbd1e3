import type { Helm, HelmExit, HelmRelease } from '../../src/ports/helm.js'

/** A Helm that answers from what the test sets, and writes down what it was asked. */
export class FakeHelm implements Helm {
  readonly calls: string[] = []
  manifestText = ''
  releases: HelmRelease[] = []
  applyExit: HelmExit = { code: 0, stderr: '' }
  testExit: HelmExit = { code: 0, stderr: '' }
  onApply: () => void = () => {}

  async version() {
    return '4.1.4'
  }
  async template() {
    return this.manifestText
  }
  applyArgv() {
    return ['helm', 'upgrade', '--install']
  }
  async apply(): Promise<HelmExit> {
    this.calls.push('apply')
    this.onApply()
    return this.applyExit
  }
  async history() {
    return this.releases
  }
  async values() {
    return ''
  }
  async manifest() {
    return this.manifestText
  }
  async test(): Promise<HelmExit> {
    this.calls.push('test')
    return this.testExit
  }
  async rollback(_: unknown, revision: number): Promise<HelmExit> {
    this.calls.push(`rollback ${revision}`)
    return { code: 0, stderr: '' }
  }
  async uninstall(): Promise<HelmExit> {
    this.calls.push('uninstall')
    return { code: 0, stderr: '' }
  }
}
