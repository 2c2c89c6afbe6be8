type Operator = 'is' | 'contains' | 'gt'
interface Rule { property: string; operator: Operator; value: unknown }

const checks: Record<Operator, (a: any, b: any) => boolean> = {
    is: (a, b) => a === b,
    contains: (a, b) => String(a).includes(b),
    gt: (a, b) => Number(a) > b,
}

export function setupPlugin({ global, attachments }: any) {
    if (!attachments.rules) throw new Error('No rules')
    const rules = JSON.parse(attachments.rules.contents.toString('utf8')) as Rule[]
    for (const rule of rules) {
        if (!(rule.operator in checks)) throw new Error(`Unknown operator ${rule.operator}`)
    }
    global.rules = rules
}

export function processEvent(event: any, { global }: { global: { rules: Rule[] } }) {
    if (!event.properties) return event
    const keep = global.rules.every((rule) => checks[rule.operator](event.properties[rule.property], rule.value))
    return keep ? event : undefined
}
