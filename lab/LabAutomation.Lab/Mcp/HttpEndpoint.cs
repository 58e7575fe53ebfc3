using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelContextProtocol.AspNetCore;

namespace LabAutomation.Lab.Mcp;

/// <summary>MCP over HTTP, for those who show the token.</summary>
internal sealed class HttpEndpoint : IAsyncDisposable
{
    private const string Path = "/mcp";

    private const int MostConnections = 100;

    /// <summary>For requests under way when it stops.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly WebApplication _web;
    private readonly X509Certificate2? _certificate;

    private readonly Refusals _refusals;

    private HttpEndpoint(WebApplication web, X509Certificate2? certificate, Refusals refusals) => (_web, _certificate, _refusals) = (web, certificate, refusals);

    public string Address => _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + Path;

    /// <exception cref="LabException">The port is taken, or the certificate cannot be used.</exception>
    public static async Task<HttpEndpoint> StartAsync(McpOptions options, string token, LabServer server, Action<string> complain, CancellationToken cancellation)
    {
        var certificate = Certificate(options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LineTransport.MostBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(IPAddress.Parse(options.Listen), options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null) listen.UseHttps(certificate);
            });
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Grace);
        builder.Services.AddRoutingCore();
        builder.Services.AddMcpServer(server.Fill).WithHttpTransport(http => http.SessionMode = HttpServerSessionMode.StatefulForInitializeClients);
        var (web, hosts, refusals) = (builder.Build(), new ServedHosts(certificate), new Refusals(complain));
        web.Use((request, next) => AdmitAsync(request, next, token, hosts, refusals, complain));
        web.UseRouting();
        web.MapMcp(Path);
        try
        {
            await web.StartAsync(cancellation);
            return new HttpEndpoint(web, certificate, refusals);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await web.DisposeAsync();
            certificate?.Dispose();
            throw new LabException(LabFault.Configuration, $"nobody can listen at {options.Listen}:{options.Port} (Mcp:Listen, Mcp:Port): {error.Message}", error);
        }
    }

    /// <summary>Serves until it is told to stop.</summary>
    public Task RunAsync(CancellationToken stopping) => _web.WaitForShutdownAsync(stopping);

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _refusals.TellRest();
        _certificate?.Dispose();
    }

    private static async Task AdmitAsync(HttpContext context, RequestDelegate next, string token, ServedHosts hosts, Refusals refusals, Action<string> complain)
    {
        try
        {
            if (hosts.Refuses(context.Request) is { } why)
            {
                refusals.Tell(context.Connection.RemoteIpAddress, why);
                await RefuseAsync(context, StatusCodes.Status403Forbidden, why);
            }
            else if (!McpToken.IsShown(context.Request.Headers.Authorization, token))
            {
                refusals.Tell(context.Connection.RemoteIpAddress, "it was without the token");
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await RefuseAsync(context, StatusCodes.Status401Unauthorized, "show the token in the header 'Authorization: Bearer TOKEN'; whoever runs the lab has it in Mcp:TokenFile");
            }
            else
            {
                await next(context);
            }
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException error)
        {
            await RefuseAsync(context, error.StatusCode, error.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"a message has {LineTransport.MostBytes} bytes at most" : error.Message);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone.
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            complain($"this is a defect of the program: {error.GetType().Name}: {error.Message}");
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "this is a defect of the lab's program");
        }
    }

    private static async Task RefuseAsync(HttpContext context, int status, string why)
    {
        if (context.Response.HasStarted) return;
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(why + "\n");
    }

    private static X509Certificate2? Certificate(McpOptions options)
    {
        try
        {
            return options.CertificateFile is { } file ? PemFiles.ReadCertificate("Mcp:CertificateFile", file, "Mcp:KeyFile", options.KeyFile!) : null;
        }
        catch (BrokerLinkException error)
        {
            throw new LabException(LabFault.Configuration, error.Message, error);
        }
    }
}
