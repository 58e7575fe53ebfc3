using System.Reflection;

namespace Microsoft.SemanticKernel;

/// <summary>What methods return, with tasks awaited.</summary>
internal static class ReturnValue
{
    /// <summary>What a task yields; a stream stays a stream.</summary>
    public static Type TypeOf(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(Task) || type == typeof(ValueTask)) return typeof(void);
        if (Is(type, typeof(Task<>)) || Is(type, typeof(ValueTask<>))) type = type.GenericTypeArguments[0];
        return type == typeof(FunctionResult) ? typeof(object) : Nullable.GetUnderlyingType(type) ?? type;
    }

    public static bool IsAsynchronous(MethodInfo method)
    {
        var type = method.ReturnType;
        return type == typeof(Task) || type == typeof(ValueTask) || Is(type, typeof(Task<>)) || Is(type, typeof(ValueTask<>)) || Is(type, typeof(IAsyncEnumerable<>));
    }

    /// <exception cref="KernelException">A task was promised and null was returned.</exception>
    public static async ValueTask<object?> UnwrapAsync(MethodInfo method, object? returned)
    {
        var type = method.ReturnType;
        if (!IsAsynchronous(method) || Is(type, typeof(IAsyncEnumerable<>))) return returned;
        var task = returned switch
        {
            Task itself => itself,
            ValueTask value => value.AsTask(),
            null => throw new KernelException($"'{method.Name}' returned null in place of a {type}."),
            _ => (Task)type.GetMethod(nameof(ValueTask.AsTask))!.Invoke(returned, BindingFlags.DoNotWrapExceptions, null, [], null)!,
        };
        await task;
        return type.IsGenericType ? typeof(Task<>).MakeGenericType(type.GenericTypeArguments).GetProperty(nameof(Task<>.Result))!.GetValue(task) : null;
    }

    private static bool Is(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;
}
