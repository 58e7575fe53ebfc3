using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace LabAutomation.Tests.Instruments.Http;

/// <summary>
/// A device that follows a transcript of HTTP exchanges, one stream each: it must hear these questions in this order and answers with those
/// bytes. <c>null</c> says nothing.
/// </summary>
internal sealed class ScriptedHttpDevice
{
    private readonly Queue<(string Question, byte[]? Says, bool Ends)> _script = new();
    private readonly List<string> _heard = [];

    /// <summary>Method and path, a space, and the body.</summary>
    public IReadOnlyList<string> Heard => _heard;

    public List<string> Heads { get; } = [];

    public string? Surprise { get; private set; }

    public bool IsFinished => _script.Count == 0 && Surprise is null;

    public int Connections { get; private set; }

    /// <summary>Called when a question was heard, before it is answered.</summary>
    public Action<string>? OnHeard { get; set; }

    /// <param name="ends">Whether the device closes the stream after its answer.</param>
    public ScriptedHttpDevice Expect(string question, string? says, bool ends = false) => Expect(question, says is null ? null : Encoding.Latin1.GetBytes(says), ends);

    public ScriptedHttpDevice Expect(string question, byte[]? says, bool ends = false)
    {
        _script.Enqueue((question, says, ends));
        return this;
    }

    public ScriptedHttpDevice ExpectJson(string question, string json, int status = 200) =>
        Expect(question, $"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    public Task<Stream> ConnectAsync(CancellationToken cancellation)
    {
        Connections++;
        return Task.FromResult<Stream>(new Line(this));
    }

    private (byte[]? Says, bool Ends) Answer(string head, string body)
    {
        var question = string.Join(' ', head.Split("\r\n")[0].Split(' ')[..2]);
        Heads.Add(head);
        _heard.Add($"{question} {body}".TrimEnd());
        var isScripted = _script.TryDequeue(out var next);
        OnHeard?.Invoke(question);      // whoever hears of it may ask the next question at once
        if (!isScripted)
        {
            Surprise ??= $"the script was over when '{question}' came";
            return (null, true);
        }

        if (next.Question != question) Surprise ??= $"'{question}' came where the script has '{next.Question}'";
        return (next.Says, next.Ends || next.Question != question);
    }

    private sealed class Line(ScriptedHttpDevice device) : Stream
    {
        private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>();
        private readonly StringBuilder _request = new();
        private ReadOnlyMemory<byte> _rest;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var text = _request.Append(Encoding.Latin1.GetString(buffer.Span)).ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) return ValueTask.CompletedTask;
            var length = text[..end].Split("\r\n").Where(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)).Select(line => int.Parse(line[16..], CultureInfo.InvariantCulture)).FirstOrDefault();
            if (text.Length < end + 4 + length) return ValueTask.CompletedTask;
            _request.Clear();
            var (says, ends) = device.Answer(text[..end], text[(end + 4)..]);
            if (says is not null) _answers.Writer.TryWrite(says);
            if (ends) _answers.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_rest.IsEmpty)
            {
                if (_answers.Reader.TryRead(out var next)) _rest = next;
                else if (!await _answers.Reader.WaitToReadAsync(cancellationToken)) return 0;
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
