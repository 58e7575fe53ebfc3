namespace Microsoft.SemanticKernel;

/// <summary>Makes a method a function of the plugin that is made from its type.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = false)]
public sealed class KernelFunctionAttribute : Attribute
{
    public KernelFunctionAttribute()
    {
    }

    public KernelFunctionAttribute(string? name) => Name = name;

    /// <summary>When null: the method's name, without "Async" where the method is asynchronous.</summary>
    public string? Name { get; }
}

/// <summary>The argument comes from the kernel's services and is not shown to a model.</summary>
[AttributeUsage(AttributeTargets.Parameter, AllowMultiple = false)]
public sealed class FromKernelServicesAttribute : Attribute
{
    public FromKernelServicesAttribute()
    {
    }

    public FromKernelServicesAttribute(object? serviceKey) => ServiceKey = serviceKey;

    public object? ServiceKey { get; }
}
