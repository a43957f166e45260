using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddStackExchangeRedisCache(options => options.Configuration = "cache:6379");

// The health endpoint has a port of its own.
builder.WebHost.UseUrls("http://*:7070", "http://0.0.0.0:7071");

var app = builder.Build();
app.MapGet("/healthz", () => "ok");
app.Run();
