using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

public sealed partial class Kernel
{
    /// <summary>The service registered last: under the key, or without one, or (no key asked for and none without a key) under any key.</summary>
    /// <exception cref="KernelException">It is not registered.</exception>
    public T GetRequiredService<T>(object? serviceKey = null)
        where T : class
    {
        var found = serviceKey switch
        {
            null => Services.GetService<T>() ?? (Services is IKeyedServiceProvider ? GetAllServices<T>().LastOrDefault() : null),
            _ when Services is IKeyedServiceProvider keyed => keyed.GetKeyedService<T>(serviceKey),
            _ => null,
        };
        return found ?? throw new KernelException(serviceKey is null
            ? $"The kernel has no {typeof(T)}; register one with the builder."
            : $"The kernel has no {typeof(T)} under the key '{serviceKey}'; register one with that key.");
    }

    /// <summary>Every registered service of the type, with a key or without.</summary>
    public IEnumerable<T> GetAllServices<T>()
        where T : class
    {
        if (Services is not IKeyedServiceProvider keyed || keyed.GetService<RegisteredKeys>() is not { } registered) return Services.GetServices<T>();
        return registered.Of(typeof(T)).SelectMany(key => keyed.GetKeyedServices<T>(key));
    }

    /// <summary>Runs the filters around a function, the first outermost.</summary>
    internal async Task<FunctionInvocationContext> FilterAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> invoke)
    {
        await Step(context, 0);
        return context;

        Task Step(FunctionInvocationContext current, int index) => index < FunctionInvocationFilters.Count
            ? FunctionInvocationFilters[index].OnFunctionInvocationAsync(current, next => Step(next, index + 1))
            : invoke(current);
    }
}
