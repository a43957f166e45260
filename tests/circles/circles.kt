class Circles(val port: Int) {
    val host = host

    fun join(given: String, other: String?): String {
        var host = given
        host = host ?: other
        host = host.trim()
        var url = "http://$host:$port"
        url = cut(url)
        URL(url)
        val x = x
        URL("http://$x:$port")
        return "http://${join(host, other)}:$port"
    }

    fun cut(addr: String): String {
        val host = addr.split(":")[0]
        Socket(host, port)
        return cut(join(host, host))
    }
}
