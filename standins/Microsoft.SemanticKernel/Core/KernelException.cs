namespace Microsoft.SemanticKernel;

/// <summary>Something about a kernel, a function or a call of one is wrong.</summary>
public class KernelException : Exception
{
    public KernelException()
    {
    }

    public KernelException(string? message)
        : base(message)
    {
    }

    public KernelException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
