namespace Stateless.Reflection;

/// <summary>A method that the machine calls: an action, a guard or a selector.</summary>
public sealed class InvocationInfo
{
    private readonly string? _description;

    private InvocationInfo(string methodName, string? description)
    {
        MethodName = methodName;
        _description = description;
    }

    public string MethodName { get; }

    /// <summary>The caller's description, otherwise the method's name; a lambda, which has none, is called "Function".</summary>
    public string Description => _description ?? (MethodName.AsSpan().IndexOfAny('<', '>', '`') < 0 ? MethodName : "Function");

    internal static InvocationInfo Of(Delegate method, string? description) => new(method.Method.Name, description);
}
