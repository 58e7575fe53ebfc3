namespace Stateless.Reflection;

public sealed class TriggerInfo
{
    internal TriggerInfo(object underlyingTrigger) => UnderlyingTrigger = underlyingTrigger;

    public object UnderlyingTrigger { get; }

    public override string? ToString() => UnderlyingTrigger.ToString();
}
