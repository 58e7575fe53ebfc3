namespace Microsoft.SemanticKernel;

/// <summary>Stands around every function of a kernel: sees it called, may change its result or not let it run.</summary>
public interface IFunctionInvocationFilter
{
    /// <param name="context">The call; set its result here.</param>
    /// <param name="next">The filters that follow, and the function.</param>
    Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next);
}

/// <summary>One call of a function.</summary>
public class FunctionInvocationContext
{
    internal FunctionInvocationContext(Kernel kernel, KernelFunction function, KernelArguments arguments, FunctionResult result)
    {
        Kernel = kernel;
        Function = function;
        Arguments = arguments;
        Result = result;
    }

    public CancellationToken CancellationToken { get; init; }

    /// <summary>Whether the function was asked for a stream of results; not whether the model's answer is streamed.</summary>
    public bool IsStreaming { get; init; }

    public Kernel Kernel { get; }

    public KernelFunction Function { get; }

    public KernelArguments Arguments { get; }

    /// <summary>Empty before the function ran.</summary>
    public FunctionResult Result { get; set; }
}
