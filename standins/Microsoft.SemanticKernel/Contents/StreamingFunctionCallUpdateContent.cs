using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Microsoft.SemanticKernel;

/// <summary>A piece of a call that a model asks for: id and name come with the first piece, the arguments in all of them.</summary>
public class StreamingFunctionCallUpdateContent : StreamingKernelContent
{
    public StreamingFunctionCallUpdateContent(string? callId = null, string? name = null, string? arguments = null, int functionCallIndex = 0)
    {
        CallId = callId;
        Name = name;
        Arguments = arguments;
        FunctionCallIndex = functionCallIndex;
    }

    public string? CallId { get; init; }

    /// <summary>As on the wire: Plugin-Function.</summary>
    public string? Name { get; init; }

    public string? Arguments { get; init; }

    /// <summary>Which of the calls of one answer.</summary>
    public int FunctionCallIndex { get; init; }

    /// <summary>Which answer, within one request of the caller.</summary>
    [Experimental("SKEXP0001")]
    public int RequestIndex { get; init; }

    public override string ToString() => nameof(StreamingFunctionCallUpdateContent);

    public override byte[] ToByteArray() => Encoding.UTF8.GetBytes(ToString());
}
