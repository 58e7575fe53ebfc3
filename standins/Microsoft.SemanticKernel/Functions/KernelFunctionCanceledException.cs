namespace Microsoft.SemanticKernel;

/// <summary>A function was cancelled.</summary>
public sealed class KernelFunctionCanceledException : OperationCanceledException
{
    public KernelFunctionCanceledException(
        Kernel kernel, KernelFunction function, KernelArguments arguments, FunctionResult? functionResult, Exception? innerException = null)
        : base($"'{function.Name}' was cancelled.", innerException, (innerException as OperationCanceledException)?.CancellationToken ?? default)
    {
        Kernel = kernel;
        Function = function;
        Arguments = arguments;
        FunctionResult = functionResult;
    }

    public Kernel Kernel { get; }

    public KernelFunction Function { get; }

    public KernelArguments Arguments { get; }

    /// <summary>What the function had returned before a filter cancelled; empty when nothing.</summary>
    public FunctionResult? FunctionResult { get; }
}
