namespace Stateless.Reflection;

/// <summary>An entry action, and the trigger it is limited to, if any.</summary>
public sealed class ActionInfo
{
    internal ActionInfo(InvocationInfo method, string? fromTrigger)
    {
        Method = method;
        FromTrigger = fromTrigger;
    }

    public InvocationInfo Method { get; }

    public string? FromTrigger { get; }
}
