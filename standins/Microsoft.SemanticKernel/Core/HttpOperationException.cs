using System.Net;

namespace Microsoft.SemanticKernel;

/// <summary>A request to a model's endpoint failed.</summary>
public class HttpOperationException : Exception
{
    public HttpOperationException()
    {
    }

    public HttpOperationException(string? message)
        : base(message)
    {
    }

    public HttpOperationException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public HttpOperationException(HttpStatusCode? statusCode, string? responseContent, string? message, Exception? innerException)
        : base(message, innerException)
    {
        StatusCode = statusCode;
        ResponseContent = responseContent;
    }

    /// <summary>Null when no response came.</summary>
    public HttpStatusCode? StatusCode { get; set; }

    /// <summary>The body of the response, where there was one.</summary>
    public string? ResponseContent { get; set; }
}
