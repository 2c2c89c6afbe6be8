import { PluginEvent } from '@posthog/plugin-scaffold'

import yaml from 'js-yaml'

export const processEvent = (event: PluginEvent) => ({ ...event, properties: yaml.load('a: 1') })
